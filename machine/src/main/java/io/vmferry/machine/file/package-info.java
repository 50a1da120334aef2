/** What must be known of a file before it is opened. */
package io.vmferry.machine.file;
