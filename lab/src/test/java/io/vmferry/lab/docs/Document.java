package io.vmferry.lab.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown file of the repository, taken apart.
 *
 * @param prose all that stands outside of fenced blocks
 * @param anchors what a link can name in it, as GitHub makes them of headings
 */
record Document(Path file, String prose, List<Block> blocks, List<String> anchors) {

    /**
     * A fenced block.
     *
     * @param section the number of headings above it
     * @param info what stands after the opening fence
     */
    record Block(int section, String info, String text) {}

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*)");
    private static final String FENCE = "```";

    static Document read(Path file) throws IOException {
        List<String> prose = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        List<String> anchors = new ArrayList<>();
        Map<String, Integer> sameHeadings = new HashMap<>();
        String info = null;
        List<String> block = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(FENCE)) {
                if (info == null) {
                    info = line.substring(FENCE.length()).strip();
                } else {
                    blocks.add(new Block(anchors.size(), info, String.join("\n", block)));
                    block.clear();
                    info = null;
                }
            } else if (info != null) {
                block.add(line);
            } else {
                prose.add(line);
                HEADING.matcher(line)
                        .results()
                        .filter(heading -> heading.start() == 0)
                        .forEach(heading -> anchors.add(anchor(heading.group(1), sameHeadings)));
            }
        }
        if (info != null) {
            throw new AssertionError(file + " ends within a fenced block");
        }
        return new Document(file, String.join("\n", prose), blocks, anchors);
    }

    private static String anchor(String heading, Map<String, Integer> same) {
        String anchor =
                heading.toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .strip()
                        .replace(' ', '-');
        int before = same.merge(anchor, 1, Integer::sum) - 1;
        return before == 0 ? anchor : anchor + "-" + before;
    }

    /** The targets of all links. */
    Stream<String> links() {
        return LINK.matcher(prose).results().map(link -> link.group(1));
    }

    /** All that stands between backticks. */
    Stream<String> codeSpans() {
        return CODE.matcher(prose)
                .results()
                .map((MatchResult span) -> span.group(1).replace('\n', ' ').strip());
    }

    /** The lines of all blocks that are to be typed, those that go on in the next one joined. */
    Stream<String> commands() {
        return blocks.stream()
                .flatMap(block -> block.text().replaceAll("\\\\\\n\\s*", "").lines())
                .map(String::strip);
    }
}
