

def laid(columns: Columns, connection: duckdb.DuckDBPyConnection, name: str) -> Frame:
    """Arrays of equal length as a frame, kept as a temporary table of that name.

    >>> import duckdb
    >>> laid({"crate": np.array([1, 2])}, duckdb.connect(), "pears").to_native().fetchall()
    [(1,), (2,)]
    """
    arrays = f"{name}_arrays"
    connection.register(arrays, dict(columns))
    connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT * FROM "{arrays}"')
    connection.unregister(arrays)
    return nw.from_native(connection.table(f'temp."{name}"'))
