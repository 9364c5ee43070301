"""The cashier's desk: payments, statements, suspense, what is owed to merchants, days that end."""
