"""The grader: student code runs in a sandbox, and the verdict is made outside of it."""
