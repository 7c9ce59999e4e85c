// What help and the man page say of quarry search.
#include "cli/help/pages.h"

namespace quarry::cli {

CommandInfo search_info() {
    return {
        .path = "search",
        .summary = "find the passages of your documents that fit a query",
        .description =
            "Looks for the query in the knowledge base (the documents that quarry ingest has read) and prints the "
            "passages that fit best: title and headings, file and line (of a page, a table and others that are "
            "converted, "
            "the line of the text that quarry docs show --text prints), a score, and the part of the passage that "
            "shows why.\n\n"
            "Of plain words, passages need not hold all. What must hold: \"words in quotes\" stand next to each "
            "other; title:WORD, heading:WORD and body:WORD stand there; WORD* is the beginning of a word; -WORD "
            "does not occur. These go together, as in -title:\"two words\". All else is plain words, so that no "
            "query is a mistake. Quotes must get past the shell, and a query that begins with - goes behind --.\n\n"
            "There are three ways to search. lexical counts the query's words, whatever their ending, and weighs "
            "rare ones more (the measure is called BM25). vector compares the meaning: query and passages are "
            "turned into vectors, which are lists of numbers that are near to each other for texts about the same "
            "thing, by an embedder that was fitted on your own documents or by a server that you configured. "
            "hybrid, the default, scales both scores to 0..1 and adds them up, 70 % words and 30 % meaning "
            "(search.dense_weight). A base without vectors is searched by words, and search says so.",
        .examples = {{"quarry search how do I undo a migration", "the ten best passages"},
                     {"quarry search --mode lexical --limit 3 SQLITE_BUSY", "by words alone, three of them"},
                     {"quarry search 'title:sqlite \"write-ahead log\" -postgresql'", "with conditions"},
                     {"quarry search --explain retry limits", "with the parts that each score is made of"},
                     {"quarry search --format files retry limits | xargs wc -l", "the files alone, for other programs"},
                     {"quarry search --json retry limits", "everything, for programs"},
                     {"quarry search --path 'docs/**/*.md' --since 2024 --tag sqlite locks", "in some documents only"},
                     {"quarry search --parent --per-document 1 locks", "whole sections, one of each document"},
                     {"quarry search --more-like docs/undo.md:12", "passages like the one in that line"},
                     {"quarry search --batch queries.jsonl", "many queries, one JSON object a line"}},
        .exit_codes = {{10, "nothing fits the query; with --batch, lines without hits are no failure"},
                       {11, "with --batch: some lines are no queries"},
                       {14, "a server (embedding, reranking, chat) failed: not reached, refused, or no usable answer"},
                       {15, "a server says that requests come too fast"}},
        .is_paged = true};
}

}  // namespace quarry::cli
