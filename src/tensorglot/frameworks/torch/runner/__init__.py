"""Child process that runs project code in its own framework and writes the tape (docs/architecture.md, "Tape")."""
