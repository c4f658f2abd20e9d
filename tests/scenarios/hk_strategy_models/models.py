"""Positions of one portfolio; several come in two phases."""
from sqlalchemy import (Column, DateTime, Identity, Index, Integer, MetaData, Numeric, String, Table,
                        func)

metadata = MetaData()

positions = Table(
    "portfolio_positions",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("symbol", String(20), nullable=False),
    Column("quantity", Numeric(20, 6), nullable=False),
    Column("avg_cost", Numeric(20, 6), nullable=False),
    Column("last_updated", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
Index("portfolio_positions_symbol", positions.c.symbol, unique=True)
