/** The scripts themselves: how they find their tools, and which command lines they take. */
package io.vmferry.lab.scripts;
