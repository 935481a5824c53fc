"""The shell: show and ask. The only room that knows both houses, Flask and sockets."""
