import java.nio.charset.StandardCharsets;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.PatternSyntaxException;

/**
 * Records what String's regular expression methods answer: "java Record.java > recorded.json". Half of the cases are
 * written out below, half are drawn from a grammar; the argument is how many to draw.
 */
public class Record {
    static final String[][] MATCHES = {
        // Characters and escapes
        {"a", "a", "b", "aa", ""}, {"", "", "a"}, {"\\t\\n\\r\\f\\a\\e", "\t\n\r\f\u0007\u001b"},
        {"\\x41\\u0042\\x{43}\\0104", "ABCD"}, {"\\cA\\cj", "\u0001*", "\u0001\n"}, {"\\uD83D\\uDE00|\\x{1F600}", "😀"},
        {"\\'\\\"\\/\\-\\_\\ ", "'\"/-_ "}, {"\\y", "y"}, {"\\C", "C"}, {"\\", "\\"}, {"\\c", ""}, {"\\x4", "4"},
        {"\\08", "8"}, {"\\0", ""}, {"\\047\\0477\\0377", "''7\u00ff"}, {"\\x{110000}", ""}, {"\\x{}", ""}, {"\\u12", ""},
        // Quotes
        {"\\Qa.b*\\E+", "a.b*", "a.b**", "aab"}, {"\\Q\\E", ""}, {"\\Q", ""}, {"a\\Q1", "a1"}, {"\\x4\\Q1\\E", "A"},
        {"[\\Q^]\\E]+", "^]", "a"}, {"\\Q\\n\\E", "\\n", "\n"}, {"\\E", ""}, {"(?x)\\Q #\\E", " #"},
        // Classes
        {"[abc]", "a", "d"}, {"[^abc]", "a", "d", "\n"}, {"[a-zA-Z]", "q", "Q", "1"}, {"[a-d[m-p]]", "n", "e"},
        {"[a-z&&[def]]", "e", "a"}, {"[a-z&&[^bc]]", "a", "b"}, {"[a-z&&[^m-p]]", "l", "m"}, {"[]a]", "]", "a"},
        {"[^]]", "]", "a"}, {"[a-]", "-", "a"}, {"[-a]", "-"}, {"[a\\-z]", "-", "b"}, {"[\\w-z]", "-", "z"},
        {"[a-\\d]", "1"}, {"[z-a]", ""}, {"[a", "a"}, {"[]", "]"}, {"[a&&]", "a"}, {"[&&a]", "a"}, {"[&&]", "&"},
        {"[a&b]", "&", "b"}, {"[a&&b&&c]", "a"}, {"[a-c&&b-d]", "b", "a", "d"}, {"[a-c&&[b]d]", "b", "d"},
        {"[a-z&&^x]", "x", "^", "a"}, {"[\\[^a]", "^", "b", "["}, {"[^^a]", "^", "b"}, {"[a^]", "^"}, {"[.$*]", ".", "a"},
        {"[\\]\\\\]+", "]\\"}, {"[\\p{L}&&[^\\p{Lu}]]", "a", "A", "é"}, {"[\\D\\d]", "1", "a"}, {"[a-c[", "a"},
        {"[^a[b]]", "c", "a"}, {"[\\b]", "b"}, {"[\\x41-\\x43]", "B"}, {"[\\Q-\\E]", "-"}, {"[é-ü]", "ö", "a"},
        {"[[a]&&[b]]", "a", "b"}, {"[[[a]]]", "a"}, {"[a-c&&a-b&&b-c]", "b", "a"}, {"[\\s\\S]*", "a\n"},
        // Shorthands and properties
        {"\\d+", "09", "a", "٣"}, {"\\w+", "aZ0_", "é", "-"}, {"\\s+", " \t\n\u000b\f\r", "\u00a0"}, {"\\S\\D\\W", "aa-"},
        {"\\h\\v", "\t\n", "\u00a0\u2028", "aa"}, {"\\H\\V", "aa"}, {"\\R", "\n", "\r\n", "\u2028", "a"}, {"\\R\\n", "\r\n"},
        {"\\p{Lower}\\p{Upper}\\p{ASCII}\\p{Alpha}\\p{Digit}\\p{Alnum}", "aA a0z"}, {"\\p{Punct}+", "!\"#$%&'()*+,-./", "a"},
        {"\\p{Graph}\\p{Print}\\p{Blank}\\p{Cntrl}\\p{XDigit}\\p{Space}", "a  \u0000f\n"}, {"\\p{L}", "é", "1"},
        {"\\pL\\PL", "a1", "1a"}, {"\\p{Lu}", "É", "é"}, {"\\P{Lu}", "É", "é"}, {"\\p{IsAlphabetic}", "é", "1"},
        {"\\p{IsLatin}", "é", "α"}, {"\\p{script=Greek}", "α", "a"}, {"\\p{IsAlpha}", "é"}, {"\\p{Isdigit}", "1"},
        {"\\p{javaLowerCase}", "a", "A"}, {"\\p{javaWhitespace}", " ", "\u00a0"}, {"\\p{general_category=Lu}", "A", "a"},
        {"\\p{foo}", "a"}, {"\\p{}", "a"}, {"\\p{L", "a"}, {"\\p", "p"}, {"\\p{isdigit}", "1"}, {"(?U)\\w\\d\\s", "é٣\u00a0"},
        {"\\p{Cs}", "a"}, {"\\p{LC}", "a"}, {"\\p{L1}", "é", "α"}, {"\\p{all}", "a"}, {"\\P{all}", "a"}, {"\\p{Zl}", "\u2028"},
        // Places
        {"^a$", "a", "a\n", "\na"}, {"a$\\n?", "a\n"}, {"a$\\n", "a\n"}, {"a\\Z\\n", "a\n"}, {"a\\z\\n", "a\n"},
        {"a$b", "ab"}, {"$\\r\\n", "\r\n"}, {"\\r$\\n", "\r\n"}, {"(?m)\\r$\\n", "\r\n"}, {"$", "", "\n"}, {"a^b", "ab"},
        {"(?m)a$\\n^b", "a\nb"}, {"(?m)^", "", "a"}, {"(?m)a\\n^", "a\n"}, {"(?m)(^a$\\s?)+", "a\na\r\na"},
        {"(?m)a\\r^\\nb", "a\r\nb"}, {"(?d)a.", "a\r", "a\n"}, {"(?dm)a$.b", "a\rb"}, {"(?d)a$.", "a\r"}, {"(?d)a$\\n", "a\n"},
        {"a\\bb", "ab"}, {"a\\b-\\b.", "a-b"}, {"\\Ba", "a"}, {"a\\Bb", "ab"}, {"\\B", ""}, {"\\Ga\\G", "a"}, {"\\Aa\\z", "a"},
        {".", "\n", "\r", "\u0085", "\u2028", "\u2029", "a", "😀"}, {"(?s).", "\n"}, {"(a$|b)c", "bc"}, {"a\\b", "a"},
        // Flags
        {"(?i)abc", "ABC", "aBc"}, {"(?i)é", "É"}, {"(?iu)é", "É"}, {"(?i)[a-c]+", "ABC"}, {"(?i)[^a]", "A", "b"},
        {"(?i)\\x41", "a"}, {"(?i)k", "\u212a"}, {"(?iu)k", "\u212a"}, {"a(?i)b|c", "aB", "C"}, {"((?i)a)b", "Ab", "AB"},
        {"(?i:a)b", "Ab", "AB"}, {"(?i-s)a", "A"}, {"(?i)a(?-i)b", "Ab", "AB"}, {"(?-i)", ""}, {"(?)a", "a"}, {"(?i-)A", "a"},
        {"(?i-s-m)a", "a"}, {"(?q)a", "a"}, {"(?$a)", "a"}, {"(?x) a b # c\n d", "abd"}, {"(?x)[a b]", " "},
        {"(?x)a{2 }", "aa"}, {"(?x)a{ 2}", "aa"}, {"(?x)a +", "aa"}, {"(?x)\\ ", " "}, {"(?x)a#b", "a"}, {"(?x)(?i) a", "A"},
        {"(?x)[ ^a]", "a", "^"}, {"(?x)[a #b\nc]", "c"}, {"(?i)\\p{Lower}", "A"}, {"(?i)\\p{Lu}", "a"}, {"(?i)(a)\\1", "aA"},
        // Quantifiers
        {"a?", "", "a", "aa"}, {"a*", "", "aaa"}, {"a+", "", "aaa"}, {"a{2}", "a", "aa"}, {"a{2,}", "a", "aaa"},
        {"a{2,3}", "aa", "aaaa"}, {"a{0}", "", "a"}, {"a{,3}", "a"}, {"a{3,2}", "a"}, {"a{", "a{"}, {"a{x}", "a{x}"}, {"{1}", ""},
        {"{", "{"}, {"}", "}"}, {"]", "]"}, {"a**", ""}, {"*a", ""}, {"a|*", ""}, {"(+)", ""}, {"a{2}{3}", "aa", "aaaaaa"},
        {"x{2147483648}", ""}, {"x{2147483647}", ""}, {"a++b", "aab"}, {"a++a", "aa"}, {"a*?b", "aab"}, {"(a|ab)(c|bcd)", "abcd"},
        {"^*a", "a"}, {"(?:a{0,2}){2}", "aaaa", "aaaaa"}, {"(a*)+", "", "aa"}, {"(a*)*b", "aab"}, {"(?:){3}", ""}, {"a{1", "a"},
        {"(a?){3}", "aa", "aaaa"}, {"(|a)+", "aa"}, {"(|a){2}", "a"}, {"a{2}+a", "aaa"}, {"(?:a|b)++b", "ab"}, {"a{2,3}?a", "aaa"},
        // Groups, look-around, back-references
        {"(a)(b)\\2\\1", "abba"}, {"(?<x>a)\\k<x>", "aa"}, {"(?<1>a)", "a"}, {"(?<a_>a)", "a"}, {"(?<a>x)(?<a>y)", "xy"},
        {"\\k<x>", ""}, {"\\kx", ""}, {"\\1(a)", "a"}, {"(a)\\11", "aa1"}, {"(a\\1)", "a", "aa"}, {"(?:a|(b))\\1", "a", "bb"},
        {"(?=a)a", "a"}, {"(?!a).", "a", "b"}, {"a(?<=a)b", "ab"}, {"a(?<!a)b", "ab"}, {"(?<=a+)b", "b"}, {".*(?<=a{1,2})b", "xab"},
        {"(?>a+)a", "aa"}, {"(?>a|ab)c", "abc"}, {"(?=(a))\\1", "a"}, {"(?:(?=(a))|b)*a", "ba"}, {"(a", "a"}, {"a)", "a"},
        {"()", ""}, {"(|)", ""}, {"|", "", "a"}, {"a||b", "", "b"}, {"(?:)", ""}, {"(?", ""}, {"(?:", ""}, {"(?<", ""}, {"(?=", ""},
        {"^(?=.*[0-9])(?=.*[a-z]).{4,}$", "ab12", "abcd"}, {"(?!.*\\.\\.)[a-z.]+", "a.b", "a..b"}, {"(a)|b", "b"},
        {"((a)|(b))+\\2\\3", "abab"}, {"(?:(a)|b)*\\1", "aba", "ab"}, {"(?<=^|,)a", "a"}, {"(?=a)*b", "b"}, {"(?!a)?a", "a"},
        // What mapping templates do
        {"^[a-zA-Z0-9_-]{1,36}$", "order-1", "order 1", "order-1\n", "", "\n"}, {"[0-9]+", "12", "12\n", "1,2"},
        {".*[0-9]+.*", "x\",\"y\":1", "x"}, {"^\\d{4}-\\d{2}-\\d{2}$", "2024-01-31", "2024-1-31"},
        {"[\\w.+-]+@[\\w-]+\\.[\\w.]+", "a.b+c@d-e.co.uk", "a@b"}, {"(?i)true|false", "TRUE", "no"},
    };

    static final String[][] REPLACE = {
        {"\\'", "it\\'s \\'x\\'", "'"}, {"\\\\'", "it\\'s", "'"}, {"[\"\\\\]", "a\"b\\c", ""}, {"[^a-zA-Z0-9]", "a\"b-c", ""},
        {"a*", "aab", "-"}, {"a*?", "aab", "-"}, {"", "abc", "-"}, {"", "", "-"}, {"x*", "abc", "-"}, {"b|", "abc", "-"},
        {"(\\w+) (\\w+)", "john smith", "$2, $1"}, {"(?<f>a)(?<l>b)", "xaby", "${l}${f}"}, {"a", "aba", "\\$\\\\"},
        {"a", "aba", "$"}, {"a", "aba", "$1"}, {"a", "aba", "${x}"}, {"a", "aba", "$x"}, {"a", "aba", "\\"}, {"a", "bbb", "$"},
        {"(a)", "aba", "$11"}, {"(a)", "aba", "$0$0"}, {"(a)", "aba", "${"}, {"(a)|b", "ab", "[$1]"}, {"(a)", "a", "$1a"},
        {"(?<x>a)", "a", "${x"}, {"(?<x>a)", "a", "${1}"}, {"(?<x>a)", "a", "${}"}, {"(?<x>a)", "a", "$٣"},
        {"$", "a\n", "X"}, {"$", "a\r\n", "X"}, {"(?m)$", "a\nb\n", "X"}, {"(?m)^", "a\nb\n", "X"}, {"^", "ab", "X"}, {"\\Z", "a\n", "X"},
        {"\\z", "a\n", "X"}, {"a$", "a\n", "X"}, {"a$|b", "ab\n", "X"}, {"\\b", "ab cd", "|"}, {"\\B", "ab", "|"}, {"\\Ga", "aaba", "X"},
        {"\\G", "ab", "X"}, {"\\G.", "ab", "X"}, {"(?<=a)b", "abb", "X"}, {"(?<!a)b", "abb", "X"}, {"(?=b)", "abb", "X"}, {"(a)\\1", "aaa", "X"},
        {"(?m)$\\n?", "a\nb\r\nc\n", "X"}, {"\\R", "a\r\nb\nc", "X"}, {"(?s).*", "a\nb", "X"}, {".*", "a\nb", "X"}, {"é+", "aéé", "$0😀"},
        {"(?:(a)|(b))+", "ab", "$1$2"}, {"((a)|b)+", "ab", "$2"}, {"(a*)*", "b", "[$1]"}, {"(a*)+", "b", "[$1]"}, {"(a|b)*?c", "abc", "$1"},
        {"((0?|[^a])*)", "0A", "<$1>"}, {"(?:|0)+", "00", "<$0>"}, {"(?:a*|0)+?A", "0A", "<$0>"}, {"(a*)+", "aa", "[$1]"},
        {"(?:(a)|b){2}", "ab", "[$1]"}, {"(a)?b", "b", "[$1]"}, {"(a??)(a)?", "aa", "[$1,$2]"}, {"a|ab", "ab", "X"}, {"(?>ab|a)b", "ab", "X"},
    };

    static final String[][] SPLIT = {
        {"o", "boo:and:foo"}, {":", "boo:and:foo"}, {"", "abc"}, {"", ""}, {",", ""}, {",", ","}, {",", ",,a,,b,,"}, {"(?=b)", "abab"},
        {"b*", "abbc"}, {"x", "abc"}, {"(?=a)", "aba"}, {"\\s*,\\s*", " a , b,c "}, {"(,)", "a,b"}, {"$", "a\n"}, {"(?m)^", "a\nb\nc"},
        {"(?<=,)", "a,b,"}, {"^", "ab"}, {"^a", "ab"}, {"\\|", "a|b"}, {"|", "a|b"}, {"#", "TENANT#1#2"}, {"a|", "aab"}, {".", "abc"}, {"é", "aéb"},
    };

    static final String[] TEXTS = {
        "", "a", "b", "ab", "ba", "aab", "abab", "A", "aB", "a1", "_", " ", "a b", "\n", "a\n", "a\r\n", "\r\nb", "a\nb", "a\nb\n",
        "-", "a-b", "aaa", "bb", "é", "a,b", "ab]", "^", "\u2028a", "abc", "cab\n", "1a2b", "b\r",
    };

    static Random random = new Random(17);

    static String pick(String... of) {
        return of[random.nextInt(of.length)];
    }

    static String pattern(int depth) {
        StringBuilder out = new StringBuilder();
        if (depth == 3 && random.nextInt(6) == 0) {
            out.append(pick("(?i)", "(?m)", "(?s)", "(?x)", "(?d)", "(?im)", "(?sm)"));
        }
        int branches = random.nextInt(4) == 0 ? 2 : 1;
        for (int branch = 0; branch < branches; branch++) {
            if (branch > 0) {
                out.append('|');
            }
            int parts = random.nextInt(4);
            for (int part = 0; part < parts; part++) {
                out.append(atom(depth));
                if (random.nextInt(3) == 0) {
                    out.append(pick("*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}", "{0}")).append(pick("", "", "?", "+"));
                }
            }
        }
        return out.toString();
    }

    static String atom(int depth) {
        if (depth > 0 && random.nextInt(4) == 0) {
            return pick("(", "(", "(?:", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:", "(?-i:") + pattern(depth - 1) + ")";
        }
        switch (random.nextInt(8)) {
            case 0: return pick("^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z", "\\G", "$", "^");
            case 1: return pick(".", "\\d", "\\w", "\\s", "\\W", "\\S", "\\R", "\\h", "\\p{Alpha}", "\\P{Lower}", "\\v", "\\N");
            case 2: return members(2);
            case 3: return pick("\\1", "\\2", "\\n", "\\r", " ", "-", ",", "]", "\\Qa.\\E", "\\u0061", "#", "&", "}", "{", ")");
            default: return pick("a", "b", "c", "A", "1", "a", "b", "ab");
        }
    }

    static String members(int depth) {
        StringBuilder out = new StringBuilder(random.nextInt(3) == 0 ? "[^" : "[");
        int parts = 1 + random.nextInt(3);
        for (int part = 0; part < parts; part++) {
            if (depth > 0 && random.nextInt(6) == 0) {
                out.append(members(depth - 1));
            } else {
                out.append(pick("a", "b", "a-b", "b-c", "A-Z", "\\d", "\\w", "\\s", "-", "^", "&", "&&", "&&", "]", "\\]", "\\n", " ", ".", "\\W"));
            }
        }
        return out.append(']').toString();
    }

    static PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    static String separator = "";

    public static void main(String[] arguments) {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 150;
        out.print("[");
        for (String[] row : MATCHES) {
            for (int at = 1; at < row.length; at++) {
                record("matches", row[0], row[at], null);
            }
        }
        for (String[] row : REPLACE) {
            record("replaceAll", row[0], row[1], row[2]);
            record("replaceFirst", row[0], row[1], row[2]);
        }
        for (String[] row : SPLIT) {
            for (String limit : new String[] {"0", "2", "-1"}) {
                record("split", row[0], row[1], limit);
            }
        }
        for (int at = 0; at < count; at++) {
            String pattern = pattern(3);
            record("matches", pattern, pick(TEXTS), null);
            record("replaceAll", pattern, pick(TEXTS), "<$0>");
            record("replaceAll", pattern, pick(TEXTS), "<$1>");
            record("split", pattern, pick(TEXTS), "-1");
        }
        out.println("\n]");
    }

    static void record(String method, String pattern, String text, String argument) {
        String answer;
        try {
            switch (method) {
                case "matches": answer = "\"gives\":" + text.matches(pattern); break;
                case "replaceAll": answer = "\"gives\":" + quoted(text.replaceAll(pattern, argument)); break;
                case "replaceFirst": answer = "\"gives\":" + quoted(text.replaceFirst(pattern, argument)); break;
                default:
                    List<String> parts = new ArrayList<>();
                    for (String part : text.split(pattern, Integer.parseInt(argument))) {
                        parts.add(quoted(part));
                    }
                    answer = "\"gives\":[" + String.join(",", parts) + "]";
            }
        } catch (PatternSyntaxException error) {
            answer = "\"throws\":\"pattern\"";
        } catch (IllegalArgumentException | IndexOutOfBoundsException error) {
            answer = "\"throws\":\"replacement\"";
        }
        out.print(separator + "\n{\"method\":\"" + method + "\",\"pattern\":" + quoted(pattern) + ",\"text\":" + quoted(text)
            + (argument == null ? "" : ",\"argument\":" + quoted(argument)) + "," + answer + "}");
        separator = ",";
    }

    static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
