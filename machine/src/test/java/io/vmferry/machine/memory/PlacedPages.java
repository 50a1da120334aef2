package io.vmferry.machine.memory;

/** Pages that arrive one by one, each noted as received at once. */
public final class PlacedPages {

    private PlacedPages() {}

    /** Takes exactly one page of {@code in} as the content of a page. */
    public static void place(RamBlock block, long page, PageSource in) {
        block.load(page, in);
        block.publish(page, page + 1);
    }

    /** Makes a page all zeros. */
    public static void zero(RamBlock block, long page) {
        block.loadZeros(page);
        block.publish(page, page + 1);
    }
}
