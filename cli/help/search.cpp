// What help and the man page say of quarry search.
#include "cli/help/pages.h"

namespace quarry::cli {

CommandInfo search_info() {
    return {
        .path = "search",
        .summary = "find the passages of your documents that fit a query",
        .description =
            "Searches the knowledge base (the documents that quarry ingest has read) and prints the "
            "passages that fit best: title and headings, file and line (of a page, a table and others that are "
            "converted, "
            "the line of the text that quarry docs show --text prints), a score, and the part of the passage that "
            "shows why.\n\n"
            "A passage need not contain all plain words. What it must contain: \"words in quotes\" next to each other; "
            "title:WORD, heading:WORD and body:WORD in that place; WORD* any word with that beginning; -WORD must not "
            "occur. These can be combined, as in -title:\"two words\". Everything else is plain words, so that no "
            "query is a syntax error. Protect quotes from the shell, and put a query that begins with - after --.\n\n"
            "There are three ways to search. lexical counts the query's words, whatever their ending, and weighs "
            "rare ones more (the measure is called BM25). vector compares the meaning: query and passages are "
            "turned into vectors, which are lists of numbers that are near to each other for texts about the same "
            "thing, by an embedder that was fitted on your own documents or by a server that you configured. "
            "hybrid, the default, scales both scores to 0..1 and adds them up, 70 % words and 30 % meaning "
            "(search.dense_weight). A base without vectors is searched by words.",
        .examples = {{"quarry search how do I undo a migration", "the ten best passages"},
                     {"quarry search --mode lexical --limit 3 SQLITE_BUSY", "by words alone, three of them"},
                     {"quarry search 'title:sqlite \"write-ahead log\" -postgresql'", "with conditions"},
                     {"quarry search --explain retry limits", "with the parts of each score"},
                     {"quarry search --format files retry limits | xargs wc -l", "the files alone, for other programs"},
                     {"quarry search --json retry limits", "everything, for programs"},
                     {"quarry search --path 'docs/**/*.md' --since 2024 --tag sqlite locks", "in some documents only"},
                     {"quarry search --collection work,home lease", "in two collections only"},
                     {"quarry search --parent --per-document 1 locks", "whole sections, one of each document"},
                     {"quarry search --more-like docs/undo.md:12", "passages like the one in that line"},
                     {"quarry search --batch queries.jsonl", "many queries, one JSON object a line"}},
        .exit_codes = {{10, "nothing fits the query; with --batch, lines without hits are not a failure"},
                       {11, "with --batch: some lines are not queries"},
                       {14, "a server (embedding, reranking, chat) failed: not reached, refused, or no usable answer"},
                       {15, "a server limits the rate of requests"}},
        .is_paged = true};
}

}  // namespace quarry::cli
