package io.vmferry.lab;

import io.vmferry.tools.commandline.ToolProgram;
import java.io.PrintStream;

/** A command-line program of the lab. */
public abstract class LabProgram extends ToolProgram {

    /** The exit code of a run that found something wrong. */
    protected static final int FAILED = 1;

    protected LabProgram(PrintStream out, PrintStream err) {
        super(out, err);
    }

    /** Runs a program on the streams of this process and ends the process. */
    protected static void main(LabProgram program, String[] args) {
        // the log of a daemon would show each of millions of injected faults
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        ToolProgram.main(program, args);
    }
}
