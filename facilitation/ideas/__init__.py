"""Ideas: cards written in silence, told one at a time, put together and named."""
