"""Which tasks go first when the queue is long; larger is sooner."""

HIGH = 50
NORMAL = 20
LOW = 0
