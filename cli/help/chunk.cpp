// Help of quarry chunk.
#include "cli/help/pages.h"

namespace quarry::cli {

CommandInfo chunk_info() {
    return {.path = "chunk",
            .summary = "cut text into chunks, as a filter",
            .description =
                "Reads files, or standard input, and prints their chunks: pieces small enough to be searched for, or "
                "to "
                "be given to a language model, one by one. Nothing is stored and no knowledge base is needed; quarry "
                "ingest cuts documents with the same code and settings. Every kind of document that ingest reads is "
                "read "
                "here.\n\n"
                "A chunk is an exact span of its text: the bytes from start_byte up to end_byte, counted from 0 after "
                "a "
                "byte order mark (a UTF-8 file's optional first three bytes) is removed. Nothing is trimmed or changed "
                "inside of it. With an overlap of 0, everything but white space is in exactly one chunk. No chunk "
                "counts "
                "more than --size.\n\n"
                "Strategies: auto, the default, picks one by the kind of document. markdown (structure is another name "
                "for it) keeps sections together under their headings, and cuts code, tables and lists only when one "
                "alone is too large. code keeps functions and classes whole. recursive takes as much as fits and cuts "
                "at "
                "the last empty line in it, else at a line's end, a sentence's end, or a space; in source code at its "
                "language's separators, or at those of --separators. sentence and paragraph put together as many whole "
                "ones as fit. page and row cut at each page and at each row of a table, record or line. semantic cuts "
                "where the meaning changes. fixed cuts at the size, wherever that is.\n\n"
                "Sizes are counted in a unit: chars (Unicode characters), bytes, words, or tokens, the pieces of words "
                "that language models count in: tokens:approx estimates them, other units that begin so count as the "
                "models do.\n\n"
                "--show prints the text with its cuts: a number where each chunk begins, and between angle quotes what "
                "it "
                "repeats of the one before. --count makes a counter of words and tokens for scripts of it.\n\n"
                "Formats: ndjson prints one JSON object a line; json prints one document with all of them; text and "
                "markdown are for reading. A file that cannot be read is reported, and the others are done.",
            .examples = {{"quarry chunk README.md", "one JSON object a chunk"},
                         {"quarry chunk --show --size 600 README.md", "look at how a file is cut"},
                         {"curl -s https://example.org/page.txt | quarry chunk --strategy recursive --size 300 --unit "
                          "tokens:approx",
                          "from a pipe, sized for a language model"},
                         {"quarry chunk --count --encoding tokens:approx docs/*.md",
                          "chunks, bytes and tokens of each file"}},
            .exit_codes = {{11, "some of several files could not be read; the others are printed"},
                           {14, "the embedding server that semantic asks failed"},
                           {15, "the embedding server limits the rate of requests"},
                           {16, "it would cost more than --max-cost"}}};
}

}  // namespace quarry::cli
