"""A hall without people: the demo on made-up data, dress rehearsals, the day that both play, and the robots in them."""
