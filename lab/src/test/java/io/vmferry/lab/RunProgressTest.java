package io.vmferry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunProgressTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private long nowNanos;

    private RunProgress progress(int columns) {
        PrintStream err = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new RunProgress(
                err,
                columns == 0 ? Optional.empty() : Optional.of(() -> columns),
                "cells",
                2000,
                () -> nowNanos);
    }

    private void done(RunProgress progress, int parts, boolean brokeRule, long afterSeconds) {
        nowNanos += TimeUnit.SECONDS.toNanos(afterSeconds);
        for (int i = 0; i < parts; i++) {
            progress.done(brokeRule);
        }
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void elsewhereThanOnATerminalThereIsALineNowAndThen() {
        try (RunProgress progress = progress(0)) {
            done(progress, 100, false, 0);
            assertThat(text()).isEmpty();
            done(progress, 1, false, 10);
            done(progress, 99, true, 0);
            done(progress, 1, false, 90);
        }
        assertThat(text().lines())
                .containsExactly(
                        "5 % of 2,000 cells, 3 min left",
                        "10 % of 2,000 cells, 99 broke a rule, 15 min left");
    }

    @Test
    void aSignalIsToldHowFarTheRunWas() {
        try (RunProgress progress = progress(0)) {
            done(progress, 1200, false, 0);
            assertThat(progress.ended()).isEqualTo(" after 1,200 of 2,000 cells");
            done(progress, 1, false, 20);
        }
        assertThat(text()).isEmpty();
    }

    @Test
    void whatIsCountedElsewhereIsShownAsItIs() {
        try (RunProgress progress = progress(0)) {
            nowNanos = TimeUnit.SECONDS.toNanos(10);
            progress.reached(0);
            nowNanos = TimeUnit.SECONDS.toNanos(20);
            progress.reached(500);
            nowNanos = TimeUnit.SECONDS.toNanos(30);
            progress.reached(2001);
        }
        assertThat(text().lines())
                .containsExactly(
                        "0 % of 2,000 cells",
                        "25 % of 2,000 cells, 60 s left", "100 % of 2,000 cells, 0 s left");
    }

    @Test
    void aTerminalHasOneLineThatIsRewrittenAndRemoved() {
        try (RunProgress progress = progress(80)) {
            done(progress, 1000, false, 1);
            done(progress, 1, false, 4);
            progress.say("a result");
        }
        assertThat(text())
                .isEqualTo(
                        "\r\u001b[K0 % of 2,000 cells"
                                + "\r\u001b[K50 % of 2,000 cells  5 s left"
                                + "\r\u001b[Ka result\n"
                                + "\r\u001b[K");
    }

    @Test
    void aNarrowTerminalShowsWhatMattersMost() {
        try (RunProgress progress = progress(40)) {
            done(progress, 1, true, 10);
        }
        assertThat(text()).startsWith("\r\u001b[K0 % of 2,000 cells 1 broke a rule\r");
    }
}
