"""Numbers in a normal form: sums of products with exact factors.

Equality is over exact reals, with the language's rule that a missing part makes the whole missing: so a term whose
factor is zero stays, for what it is made of may be missing. A quotient is a product with an inverse, which is missing
where its operand is zero: `a / a` is not 1.
"""

from __future__ import annotations

from fractions import Fraction

from attain.compare.form import Form, form

#: A product: (form, how often) pairs in order.
Product = tuple[tuple[Form, int], ...]
Terms = dict[Product, Fraction]
#: Sums with more terms than this are not multiplied out.
MOST_TERMS = 200


def constant(value: Fraction) -> Terms:
    """A number written down."""
    return {(): value}


def unknown(of: Form) -> Terms:
    """Anything else that is a number."""
    return {((of, 1),): Fraction(1)}


def total(left: Terms, right: Terms, sign: int = 1) -> Terms:
    """`a + b`, or `a - b`."""
    found = dict(left)
    for product, factor in right.items():
        found[product] = found.get(product, Fraction(0)) + sign * factor
    if not found.get((), Fraction(1)) and len(found) > 1:
        del found[()]
    return found


def scaled(terms: Terms, factor: Fraction) -> Terms:
    """A number times a constant."""
    return {product: value * factor for product, value in terms.items()}


def times(left: Terms, right: Terms) -> Terms:
    """`a * b`, multiplied out where that stays small."""
    if len(left) * len(right) > MOST_TERMS:
        left = left if len(left) == 1 else unknown(number_form(left))
        right = right if len(right) == 1 else unknown(number_form(right))
    found: Terms = {}
    for one, a in left.items():
        for other, b in right.items():
            product = multiplied(one, other)
            found[product] = found.get(product, Fraction(0)) + a * b
    if not found.get((), Fraction(1)) and len(found) > 1:
        del found[()]
    return found


def multiplied(one: Product, other: Product) -> Product:
    """One product of two."""
    powers = dict(one)
    for factor, power in other:
        powers[factor] = powers.get(factor, 0) + power
    return tuple(sorted(powers.items()))


def inverse(terms: Terms) -> Terms | None:
    """`1 / a`; None where `a` is zero, and its inverse missing always."""
    leading = next((terms[product] for product in sorted(terms) if terms[product]), None)
    if leading is None:
        return None if terms == {(): 0} else unknown(form("inverse", number_form(terms)))
    if len(terms) == 1:
        (product,) = terms
        inverted = tuple(sorted((form("inverse", factor), power) for factor, power in product))
        return {inverted: 1 / leading}
    return {((form("inverse", number_form(scaled(terms, 1 / leading))), 1),): 1 / leading}


def number_form(terms: Terms) -> Form:
    """The normal form that stands for a number."""
    if len(terms) == 1:
        ((product, factor),) = terms.items()
        if factor == 1 and len(product) == 1 and product[0][1] == 1:
            return product[0][0]
    return form("number", tuple(sorted(terms.items())))
