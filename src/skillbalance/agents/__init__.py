"""The door for language models: the verbs as tools, and a server of them."""
