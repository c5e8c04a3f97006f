"""What the case pages, the problem pages and the properties share: pages, queries, cells, the engine behind them."""
