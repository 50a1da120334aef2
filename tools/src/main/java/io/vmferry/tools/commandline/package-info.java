/** The command line that all programs share: help, and errors in one line. */
package io.vmferry.tools.commandline;
