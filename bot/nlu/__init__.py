"""Understanding: from a message to ranked intents. Only `components` and `train` know Rasa."""
