"""The pictures of a lesson as SVG, each kind in a module of its own."""

from tlsward.model.lesson import Alphabet, Bars, Figure, Ladder, Mixing
from tlsward.report.lesson.alphabet_picture import alphabet_picture
from tlsward.report.lesson.bars_picture import bars_picture
from tlsward.report.lesson.flow_picture import flow_picture
from tlsward.report.lesson.ladder_picture import ladder_picture
from tlsward.report.lesson.mixing_picture import mixing_picture
from tlsward.report.markup import Markup


def picture_of(figure: Figure) -> Markup:
    """Return a figure as SVG, to stand within a page that has the styles of `page.STYLE`."""
    if isinstance(figure, Alphabet):
        return alphabet_picture(figure)
    if isinstance(figure, Bars):
        return bars_picture(figure)
    if isinstance(figure, Ladder):
        return ladder_picture(figure)
    return mixing_picture(figure) if isinstance(figure, Mixing) else flow_picture(figure)
