"""Every position has a portfolio."""
from sqlalchemy import (DDL, Boolean, Column, DateTime, ForeignKey, Identity, Index, Integer, MetaData, Numeric, String,
                        Table, event, func, text)

metadata = MetaData()

portfolios = Table(
    "portfolios",
    metadata,
    Column("portfolio_id", String(50), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

positions = Table(
    "portfolio_positions",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("symbol", String(20), nullable=False),
    Column("quantity", Numeric(20, 6), nullable=False),
    Column("avg_cost", Numeric(20, 6), nullable=False),
    Column("last_updated", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("portfolio_id", String(50), ForeignKey("portfolios.portfolio_id"), nullable=False),
)
Index(
    "portfolio_positions_portfolio_symbol",
    func.coalesce(positions.c.portfolio_id, text("'DEFAULT'")),
    positions.c.symbol,
    unique=True,
)
Index("portfolio_positions_portfolio_id", positions.c.portfolio_id)

event.listen(
    metadata,
    "after_create",
    DDL(
        "CREATE VIEW portfolio_summary AS SELECT p.portfolio_id, p.name, count(s.id) AS positions, "
        "coalesce(sum(s.quantity * s.avg_cost), 0) AS cost "
        "FROM portfolios p LEFT JOIN portfolio_positions s USING (portfolio_id) GROUP BY p.portfolio_id, p.name"
    ),
)
