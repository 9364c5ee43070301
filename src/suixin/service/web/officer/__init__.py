"""The officer's and the risk officer's desk: what waits, one case on a page, the portfolio."""
