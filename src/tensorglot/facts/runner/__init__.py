"""What all runners share: code of a project is instrumented and run in a child process, and the tape is written."""
