"""How people reach the assistant: terminal, batch, Telegram, web."""
