"""The policy knowledge base: what departments, states and federal law say, with sources and dates."""
