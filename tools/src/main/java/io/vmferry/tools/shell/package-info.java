/**
 * {@code scripts/qmp}, a QMP client for people and their scripts: {@link
 * io.vmferry.tools.shell.QmpProgram} reads the command line and does one of three things. {@link
 * io.vmferry.tools.shell.Prompt} talks to somebody at a terminal, {@link
 * io.vmferry.tools.shell.CommandRunner} runs single commands, {@link io.vmferry.tools.shell.Watch}
 * follows a migration to its end. What can be typed is read by {@link io.vmferry.tools.shell.Words}
 * and {@link io.vmferry.tools.shell.Arguments}; what can be completed is what the server itself
 * says of its commands ({@link io.vmferry.tools.shell.ServerSchema}).
 */
package io.vmferry.tools.shell;
