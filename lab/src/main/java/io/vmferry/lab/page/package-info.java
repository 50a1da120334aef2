/**
 * The web pages of reports: one file that needs nothing else, with the same style, filter and keys
 * for all. A report adds its tables with {@link io.vmferry.lab.page.HtmlPage} and, in a script of
 * its own, says what the details of a cell are.
 */
package io.vmferry.lab.page;
