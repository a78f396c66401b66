"""The access patterns of the one table, by name, written once over the Table port."""
