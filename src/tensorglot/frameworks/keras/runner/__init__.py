"""Child process that runs Keras and TensorFlow programs and writes the tape (docs/architecture.md, "Tape")."""
