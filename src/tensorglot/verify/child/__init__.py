"""Runs in a child process: imports the source's framework and Keras, and executes the user's code."""
