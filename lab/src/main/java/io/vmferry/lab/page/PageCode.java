package io.vmferry.lab.page;

/** An outcome as pages show it. */
public interface PageCode {

    /** The class of its cells in {@code page.css}. */
    String look();

    /** One or two words for the filter. */
    String word();
}
