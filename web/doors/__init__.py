"""What people do: one file for each kind of request that changes something. A door asks the desk and answers."""
