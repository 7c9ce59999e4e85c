// What help and the manual say of quarry ingest.
#include "cli/help/pages.h"

namespace quarry::cli {

CommandInfo ingest_info() {
    return {
        .path = "ingest",
        .summary = "read documents into the knowledge base",
        .description =
            "Reads files, folders and web pages into the knowledge base: the file .quarry/base.db, here or in a "
            "folder "
            "above, in which quarry search and quarry ask find things. Where there is none, it is made here. Files "
            "of "
            "types that quarry does not read are skipped and counted.\n\n"
            "A second run reads only what changed. A file whose size and time have not changed is not opened; one that "
            "was edited replaces its old content; one that was moved keeps its passages under its new name. Files that "
            "were deleted stay in the base until --prune is given. A web page that has not changed is not downloaded "
            "again.\n\n"
            "A path with wildcards in quotes is a pattern: 'docs/**/*.md' is every .md file below docs. In folders, "
            "hidden files and folders, symbolic links, and what .gitignore, .ignore and .quarryignore files leave out "
            "are not read; --include and --exclude take patterns like theirs. A file that is named on the command line "
            "is always read.\n\n"
            "With --git only what git tracks in the folders is read, and a file that git says is unchanged is not "
            "opened even when a fresh checkout gave it a new time. With --since REV only what changed since that "
            "revision is read, and what was deleted since is removed.\n\n"
            "Web pages are read when their address is given. Addresses of this machine and of private networks are "
            "refused, also when a page redirects there, unless --allow-private is given.\n\n"
            "Each document is cut into chunks: passages of about the size chunk.size, which is what searches find. "
            "Then their vectors are made: lists of numbers that stand for meaning, with which a search finds passages "
            "that say the same in other words (settings embed.*). If a server charges for that, --dry-run reports what "
            "it would cost, and --max-cost refuses to spend more.\n\n"
            "A document that cannot be read is reported with its reason, the others go in, and the exit code is 11. "
            "Files and web pages that could not be read are kept with the reason (quarry docs ls --failed) and tried "
            "again by the next run; paths that do not exist, files of no known type and lines that are not a document "
            "are only reported. A run that is interrupted, or killed, keeps what it had stored; the next one continues "
            "from there.\n\n"
            "With --watch the command keeps running and reads changes in the folders, deletions too, until Ctrl-C.\n\n"
            "With --redact, keys, tokens, passwords, e-mail addresses, telephone and card numbers and the like are "
            "replaced by their kind, as in [REDACTED:email], before anything is stored. The base remembers which; "
            "--redact=off ends it. What is in the base already is redacted too, and is read again when what is "
            "redacted changes. Names of files stay as they are.\n\n"
            "With --jsonl, each line of the input is a document: a JSON object like "
            R"({"id": "a1", "title": "Moon", "text": "It is far.", "metadata": {"year": 1969}}; id and text are )"
            "needed. The id is the document's name in the base.",
        .examples = {{"quarry ingest docs README.md", "read a folder and a file"},
                     {"quarry ingest --collection work contracts", "put a folder into a collection"},
                     {"quarry ingest --prune docs", "also remove documents whose files no longer exist"},
                     {"quarry ingest 'docs/**/*.md' --exclude drafts/", "read what matches a pattern"},
                     {"quarry ingest --git --since v1.2 .", "read what git says changed since v1.2"},
                     {"quarry ingest https://example.com/handbook.html", "read a web page"},
                     {"find . -name '*.md' -print0 | quarry ingest --files-from - -0", "read a list of files"},
                     {"printf 'The moon is 384,400 km away.' | quarry ingest - --name moon.txt",
                      "read one document from standard input"},
                     {"quarry ingest --jsonl articles.jsonl", "read a document from each line of JSON"},
                     {"quarry ingest --watch docs", "keep running and read changes in a folder"},
                     {"quarry ingest --dry-run docs", "show what would be done, and change nothing"}},
        .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                       {7, "another process is writing to the base"},
                       {9, "the base was made by a newer quarry"},
                       {11, "some documents could not be read; the others are in"},
                       {14, "the embedding server failed; the documents are in, without vectors"},
                       {15, "the embedding server limits the rate of requests"},
                       {16, "embedding would cost more than --max-cost; the documents are in, without vectors"}}};
}

}  // namespace quarry::cli
