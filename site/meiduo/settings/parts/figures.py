"""How banners and blocks are measured."""

#: Beacons that one client network may send in a minute; what is above counts nothing and hears nothing of it.
BEACONS_PER_MINUTE = 120
#: A visitor's second look at the same block counts again after so many minutes.
FIGURES_REPEAT_MINUTES = 30
#: An order belongs to the last click of its visitor within so many hours.
FIGURES_CLICK_HOURS = 24
#: Days that figures are kept.
FIGURES_DAYS = 400
