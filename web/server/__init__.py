"""Between the sockets of the machine and the pages: who may knock, how long, how loud, and in which process."""
