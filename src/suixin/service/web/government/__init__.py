"""The county's desk: public money, whom it reached, targets beside what is measured."""
