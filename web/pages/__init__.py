"""What people see: one file for each kind of page. A page asks the desk, fills in a template, and changes nothing."""
