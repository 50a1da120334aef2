/**
 * {@code scripts/qmp}, a QMP client for people and their scripts: {@link
 * io.vmferry.lab.shell.QmpProgram} reads the command line and does one of three things. {@link
 * io.vmferry.lab.shell.Prompt} talks to somebody at a terminal, {@link
 * io.vmferry.lab.shell.CommandRunner} runs single commands, {@link io.vmferry.lab.shell.Watch}
 * follows a migration to its end. What can be typed is read by {@link io.vmferry.lab.shell.Words}
 * and {@link io.vmferry.lab.shell.Arguments}; what can be completed is what the server itself says
 * of its commands ({@link io.vmferry.lab.shell.Introspection}).
 */
package io.vmferry.lab.shell;
