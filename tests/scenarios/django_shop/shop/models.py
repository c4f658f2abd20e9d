from django.contrib.auth.models import User
from django.db import models


class Ware(models.Model):
    name = models.CharField(max_length=50, unique=True)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    discount = models.CharField(max_length=10, default="0%")
    # new fields of wares

    class Meta:
        constraints = [models.CheckConstraint(check=models.Q(discount__endswith="%"), name="discount_is_percent")]


class Order(models.Model):
    customer = models.ForeignKey(User, on_delete=models.PROTECT)
    wares = models.ManyToManyField(Ware)
    at = models.DateTimeField(auto_now_add=True, db_index=True)


class Report(models.Model):
    class Meta:
        managed = False
        db_table = "shop_report"
