package io.vmferry.lab.bench;

/** What a figure is held to, in the figure's unit. */
record Mark(Direction direction, double value) {

    /** On which side of the mark a figure has to be. */
    enum Direction {
        AT_LEAST("at least"),
        AT_MOST("at most");

        private final String text;

        Direction(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    static Mark atLeast(double value) {
        return new Mark(Direction.AT_LEAST, value);
    }

    static Mark atMost(double value) {
        return new Mark(Direction.AT_MOST, value);
    }

    boolean metBy(double figure) {
        return switch (direction) {
            case AT_LEAST -> figure >= value;
            case AT_MOST -> figure <= value;
        };
    }
}
