/** The destination daemon as a program: command line, proof of the guest's memory and verdict. */
package io.vmferry.dest;
