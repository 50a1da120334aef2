/** The source daemon as a program: command line, progress and verdict. */
package io.vmferry.source;
