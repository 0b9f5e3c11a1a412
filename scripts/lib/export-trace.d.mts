export declare function exportTrace(session: string, dataDir: string, file: string): Promise<string>
