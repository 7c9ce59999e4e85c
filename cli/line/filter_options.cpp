#include "cli/line/filter_options.h"

#include <string>
#include <vector>

namespace quarry::cli {

void declare_collection_option(OptionTable& options, std::vector<std::string>& lists) {
    options.add("--collection", lists, "Only documents of these collections, with commas between (default: all)")
        .value("NAME");
}

void declare_filter_options(OptionTable& options, search::FilterSpec& spec) {
    declare_collection_option(options, spec.collections);
    const auto list = [&options](const char* name, std::vector<std::string>& values, const char* help,
                                 const char* type) { return options.add(name, values, help).value(type); };
    list("--path", spec.paths,
         "Only documents from this file, folder, web address or pattern ('docs/**/*.md', '*.pdf')", "PATH");
    list("--kind", spec.kinds, "Only documents of this kind of source: file, stdin, jsonl or url", "KIND")
        .choices({"file", "stdin", "standard_input", "jsonl", "url"});
    list("--type", spec.types, "Only documents of a type: markdown, pdf, text/html, 'text/*'", "TYPE");
    list("--lang", spec.languages, "Only documents in this language, such as en or de", "LANG");
    options.add("--since", spec.since, "Only documents from this date on: 2024, 2024-05, 2024-05-31").value("DATE");
    options.add("--until", spec.until, "Only documents from before this date").value("DATE");
    list("--where", spec.tests,
         "Only documents whose metadata match: author=Ada, year>=2020, status!=draft, topic~locks, isbn, '!isbn'; all "
         "must match",
         "TEST");
    list("--tag", spec.tags, "Only documents with this tag, keyword or category; all must match", "TAG");
    list("--heading", spec.headings,
         "Only passages under or with a heading that has all these words, in any order; all must match", "TEXT");
}

}  // namespace quarry::cli
