"""Evidence: speakers with slots, the tables' questions to them, and the papers that they bring.

`plan` is what an agenda says of the item, `slots` the speakers' time, `bank` the questions, `files` what may be handed
out, `work` all of it together, `telling` and `written` what screens and minutes say. Pure, every room of it.
"""
