package io.vmferry.lab.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Changes inputs without knowing what they mean: bits, numbers, lengths, order, and pieces of other
 * inputs. Belongs to one thread.
 */
final class Mutator {

    /** No input grows beyond this; one that is longer from the start stays as long. */
    static final int MAX_BYTES = 4096;

    private static final long[] NUMBERS = {
        0,
        1,
        2,
        0x7F,
        0x80,
        0xFF,
        0x100,
        0xFFF,
        0x1000,
        0x1001,
        0x7FFF,
        0xFFFF,
        0x7FFF_FFFFL,
        0x8000_0000L,
        0xFFFF_F000L,
        0xFFFF_FFFFL,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        -4096
    };
    private static final int[] WIDTHS = {1, 1, 2, 4, 4, 8};

    private final SplittableRandom random;
    private byte[] work = new byte[4 * MAX_BYTES];
    private int length;
    private int most;

    Mutator(SplittableRandom random) {
        this.random = random;
    }

    /** A changed copy of an input, perhaps with bytes of another one. */
    byte[] mutate(byte[] base, byte[] other) {
        most = Math.max(MAX_BYTES, base.length);
        if (work.length < most) {
            work = new byte[most];
        }
        length = base.length;
        System.arraycopy(base, 0, work, 0, length);
        do {
            change(other);
        } while (random.nextInt(3) != 0);
        return Arrays.copyOf(work, length);
    }

    private void change(byte[] other) {
        switch (random.nextInt(10)) {
            case 0 -> flipBit();
            case 1 -> setByte();
            case 2 -> add();
            case 3 -> setNumber();
            case 4 -> remove();
            case 5 -> repeat();
            case 6 -> insert(randomBytes(), 1 + random.nextInt(8));
            case 7 -> swap();
            case 8 -> insertFrom(other);
            default -> overwriteFrom(other);
        }
    }

    private int place() {
        return random.nextInt(length);
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return bytes;
    }

    private void flipBit() {
        if (length > 0) {
            work[place()] ^= (byte) (1 << random.nextInt(8));
        }
    }

    private void setByte() {
        if (length > 0) {
            work[place()] = (byte) random.nextInt(256);
        }
    }

    private void add() {
        if (length > 0) {
            work[place()] += (byte) (random.nextInt(33) - 16);
        }
    }

    /** A number of the kind that limits are made of, high byte first as everything on the wire. */
    private void setNumber() {
        int width = WIDTHS[random.nextInt(WIDTHS.length)];
        if (length < width) {
            return;
        }
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        int at = random.nextInt(length - width + 1);
        for (int i = 0; i < width; i++) {
            work[at + i] = (byte) (number >>> (8 * (width - 1 - i)));
        }
    }

    /** A piece out of the middle, or all after a place. */
    private void remove() {
        if (length == 0) {
            return;
        }
        int at = place();
        int bytes = random.nextInt(4) == 0 ? length - at : 1 + shortLength(length - at - 1);
        System.arraycopy(work, at + bytes, work, at, length - at - bytes);
        length -= bytes;
    }

    private void repeat() {
        if (length > 0) {
            int from = place();
            int bytes = 1 + shortLength(length - from - 1);
            insert(Arrays.copyOfRange(work, from, from + bytes), bytes);
        }
    }

    /** Two neighbouring pieces change their places. */
    private void swap() {
        if (length < 2) {
            return;
        }
        int from = random.nextInt(length - 1);
        int first = 1 + shortLength(length - from - 2);
        int second = 1 + shortLength(length - from - first - 1);
        byte[] moved = Arrays.copyOfRange(work, from, from + first);
        System.arraycopy(work, from + first, work, from, second);
        System.arraycopy(moved, 0, work, from + second, first);
    }

    private void insertFrom(byte[] other) {
        if (other.length > 0) {
            int from = random.nextInt(other.length);
            int bytes = 1 + shortLength(other.length - from - 1);
            insert(Arrays.copyOfRange(other, from, from + bytes), bytes);
        }
    }

    private void overwriteFrom(byte[] other) {
        if (other.length > 0 && length > 0) {
            int from = random.nextInt(other.length);
            int at = place();
            int bytes = 1 + shortLength(Math.min(other.length - from, length - at) - 1);
            System.arraycopy(other, from, work, at, bytes);
        }
    }

    private void insert(byte[] bytes, int count) {
        int room = Math.min(count, most - length);
        if (room > 0) {
            int at = random.nextInt(length + 1);
            System.arraycopy(work, at, work, at + room, length - at);
            System.arraycopy(bytes, 0, work, at, room);
            length += room;
        }
    }

    /** 0 to a limit, mostly a few. */
    private int shortLength(int limit) {
        int most = random.nextInt(4) == 0 ? limit : Math.min(limit, 31);
        return random.nextInt(most + 1);
    }
}
