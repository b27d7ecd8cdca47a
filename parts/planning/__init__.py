"""How much of a part will be wanted, and what to have and to order. Pure rules on numbers; nothing is read or written here."""
