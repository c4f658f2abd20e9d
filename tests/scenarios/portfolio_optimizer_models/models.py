"""What the application keeps. One set of models for SQLite in development and PostgreSQL in production."""
import uuid

from sqlalchemy import JSON, Column, DateTime, Enum, ForeignKey, Index, String, Text, func
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()

Key = UUID(as_uuid=True).with_variant(String(36), "sqlite")
Document = JSON().with_variant(JSONB(), "postgresql")
Risk = Enum("low", "medium", "high", name="risk_profile")


class User(Base):
    __tablename__ = "users"

    id = Column(Key, primary_key=True, default=uuid.uuid4)
    session_id = Column(String(255), nullable=False, unique=True, index=True)
    connected_at = Column(DateTime(timezone=True), nullable=False, server_default=func.now())
    last_active_at = Column(DateTime(timezone=True), nullable=False, server_default=func.now())
    metadata_ = Column(Document, nullable=True)
    # new columns of users

    portfolios = relationship("Portfolio", back_populates="user")


class Portfolio(Base):
    __tablename__ = "portfolios"

    id = Column(Key, primary_key=True, default=uuid.uuid4)
    user_id = Column(Key, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True)
    name = Column(Text, nullable=False)
    risk = Column(Risk, nullable=False, server_default="medium")
    weights = Column(Document, nullable=False, server_default="{}")

    user = relationship("User", back_populates="portfolios")


Index("ix_users_last_active_at", User.last_active_at.desc())
