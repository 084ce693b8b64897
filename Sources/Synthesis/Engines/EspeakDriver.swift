/// The Python script that drives the eSpeak NG library, whose command-line program does not report phoneme
/// times.
///
/// It runs in a separate process, so that eSpeak NG, which is under GPL 3, is never linked with this program.
/// Arguments: folder, voice, words per minute, pitch; sentences are read from standard input. It writes
/// `N.raw` (16-bit samples) and `N.events`, one line per word (`w first-character`) or phoneme (`p sample
/// name`). The first line of its output is the version, the second the sample rate.
enum EspeakDriver {
  static let source = """
    import ctypes, sys

    class Name(ctypes.Union):
        _fields_ = [("number", ctypes.c_int), ("text", ctypes.c_char_p), ("phoneme", ctypes.c_char * 8)]

    class Event(ctypes.Structure):
        _fields_ = [("kind", ctypes.c_int), ("unique", ctypes.c_uint), ("character", ctypes.c_int),
                    ("length", ctypes.c_int), ("milliseconds", ctypes.c_int), ("sample", ctypes.c_int),
                    ("user", ctypes.c_void_p), ("name", Name)]

    WORD, PHONEME = 1, 7
    engine, libc = ctypes.CDLL("libespeak-ng.so.1"), ctypes.CDLL(None)
    engine.espeak_Info.restype = ctypes.c_char_p
    rate = engine.espeak_Initialize(2, 500, None, 1)
    print(engine.espeak_Info(None).decode())
    print(rate)
    if len(sys.argv) < 5:
        sys.exit(0)
    folder, voice, speed, pitch = sys.argv[1:5]
    audio, lines = [], []

    def collect(samples, count, events):
        if samples and count > 0:
            audio.append(ctypes.string_at(samples, 2 * count))
        index = 0
        while events[index].kind:
            event = events[index]
            if event.kind == WORD:
                lines.append("w %d" % event.character)
            elif event.kind == PHONEME:
                lines.append("p %d %s" % (event.sample, event.name.phoneme.decode(errors="replace")))
            index += 1
        return 0

    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(Event))(collect)
    engine.espeak_SetSynthCallback(callback)
    if engine.espeak_SetVoiceByName(voice.encode()):
        sys.exit("no voice " + voice)
    engine.espeak_SetParameter(1, int(speed), 0)
    engine.espeak_SetParameter(3, int(pitch), 0)
    engine.espeak_SetParameter(4, 45, 0)
    for index, sentence in enumerate(sys.stdin.read().splitlines()):
        audio.clear()
        lines.clear()
        libc.srand(1)
        text = sentence.encode() + b"\\0"
        engine.espeak_Synth(text, ctypes.c_size_t(len(text)), 0, 0, 0, 1, None, None)
        engine.espeak_Synchronize()
        open("%s/%d.raw" % (folder, index), "wb").write(b"".join(audio))
        open("%s/%d.events" % (folder, index), "w").write("\\n".join(lines))
    """
}
