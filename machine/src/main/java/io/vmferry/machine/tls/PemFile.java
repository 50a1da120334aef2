package io.vmferry.machine.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of a PEM file, in their order. Text around them is not looked at. */
record PemFile(List<PemBlock> blocks) {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s([^-]*)-----END \\1-----");

    /**
     * One block.
     *
     * @param label for example {@code CERTIFICATE}
     */
    record PemBlock(String label, String base64) {

        /** The bytes. */
        byte[] content() {
            return Base64.getMimeDecoder().decode(base64);
        }
    }

    /** Reads a file's text; what is no block, or damaged, is left out. */
    static PemFile parse(String text) {
        List<PemBlock> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            PemBlock block = new PemBlock(matcher.group(1), matcher.group(2));
            if (isWhole(block)) {
                blocks.add(block);
            }
        }
        return new PemFile(blocks);
    }

    private static boolean isWhole(PemBlock block) {
        try {
            return block.content().length > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The blocks with one of these labels. */
    List<PemBlock> of(String... labels) {
        List<String> wanted = List.of(labels);
        return blocks.stream().filter(block -> wanted.contains(block.label())).toList();
    }
}
