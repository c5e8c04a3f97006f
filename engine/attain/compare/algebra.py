"""Numbers in a normal form: sums of products with exact factors.

Equality is over exact reals, with the language's rule that a missing part makes the whole missing: so what a term whose
factor is zero is made of stays, for it may be missing. A quotient is a product with an inverse, which is missing where
its operand is zero: `a / a` is 1 and nothing of that inverse, `1 + 0 * (1 / a)`.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

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
    return tidied(found)


def tidied(terms: Terms) -> Terms:
    """The same number: what stands above and below a line is cancelled, and of terms that are zero only stays what may
    make the whole missing and stands in no other term."""
    found: Terms = {}
    kept: set[Form] = set()
    for product, factor in terms.items():
        left, cancelled = without_inverses(product)
        kept |= cancelled if factor else cancelled | {part for part, _ in left}
        if factor:
            found[left] = found.get(left, Fraction(0)) + factor
    gone = [product for product, factor in found.items() if not factor]
    kept |= {part for product in gone for part, _ in product}
    found = {product: factor for product, factor in found.items() if factor}
    present = {part for product in found for part, _ in product}
    for part in kept - present:
        if inverse_of(part) not in present | kept:
            found[((part, 1),)] = Fraction(0)
    return found or {(): Fraction(0)}


def without_inverses(product: Product) -> tuple[Product, set[Form]]:
    """A product in which nothing stands both above and below the line, and the inverses that were cancelled."""
    powers, cancelled = dict(product), set()
    for part in list(powers):
        inverse = inverse_of(part)
        if inverse in powers:
            both = min(powers[part], powers[inverse])
            powers[part], powers[inverse] = powers[part] - both, powers[inverse] - both
            cancelled.add(inverse)
    return tuple(sorted((part, power) for part, power in powers.items() if power)), cancelled


@lru_cache(maxsize=4096)
def inverse_of(part: Form) -> Form:
    """One by something."""
    return form("inverse", part)


def factors_of(terms: Terms) -> set[Form]:
    """All that a number is made of: it is missing where any of them is."""
    return {part for product in terms for part, _ in product}


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
    return tidied(found)


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
        inverted = tuple(sorted((inverse_of(factor), power) for factor, power in product))
        return {inverted: 1 / leading}
    return {((form("inverse", number_form(scaled(terms, 1 / leading))), 1),): 1 / leading}


def number_form(terms: Terms) -> Form:
    """The normal form that stands for a number."""
    if len(terms) == 1:
        ((product, factor),) = terms.items()
        if factor == 1 and len(product) == 1 and product[0][1] == 1:
            return product[0][0]
    return form("number", tuple(sorted(terms.items())))
